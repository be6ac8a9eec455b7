#!/usr/bin/env bash
# Installs what is missing, builds Muster, draws the sample campaign, runs the main job over it and shows the result.
# On a fresh Debian 12, as root or with sudo. Everything it makes is in build/.
set -euo pipefail
source "$(dirname "$0")/common.sh"

install_packages build run
fetch_models
build release muster muster-decode muster-samples

campaign="$root/build/demo"
muster="$root/build/release/muster"
if [[ ! -f "$campaign/muster.toml" || -n "$(find "$root/build/release/muster-samples" -newer "$campaign/muster.toml")" ]]; then
  say "Drawing the sample campaign into build/demo (half a minute)"
  rm -rf "$campaign"
  "$root/build/release/muster-samples" "$campaign"
else
  # The sample campaign as it was before the last run.
  rm -rf "$campaign/muster-data"
  for folder in inbox surveys metrics; do
    for taken in "$campaign/$folder/.done" "$campaign/$folder/.error"; do
      if [[ -d "$taken" ]]; then
        cp -a "$taken/." "$campaign/$folder/"
        rm -rf "$taken"
      fi
    done
    # As if it had come just now: what waits for a file waits again.
    find "$campaign/$folder" -exec touch {} +
  done
fi
cd "$campaign"
run() {
  printf '\n\033[2m$ muster %s\033[0m\n' "$*"
  "$muster" "$@"
}

say "One pass: poll the inbox and the survey exports, check, decide by the briefs' rules, file"
run run --once

say "What a reviewer finds in the queue"
run queue list --state in_review
flagged=$("$muster" queue list --state in_review --limit 1 --format csv | sed -n '2s/,.*//p')

say "One flagged item, explained"
run queue show "$flagged"

say "What was filed"
run assets search --limit 8

say "How likely are people to recommend the brand, by the size of the creator that they came from?"
run insights nps --survey "$("$muster" insights surveys --format csv | grep -m1 '^typeform/' | cut -d, -f1)" --by creator.tier

say "Is everything sound?"
run verify
printf '\nGo on in build/demo: ../release/muster --help\n'
