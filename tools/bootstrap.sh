#!/bin/sh
# Makes .venv/ with Python 3.13 and everything in requirements-dev.txt.
#
# Runs before any Python is known, so: POSIX sh only, and no tool beyond what a bare system has.
# It looks for an interpreter in this order: the environment that is already there, pyenv, the
# system, and last a download by uv. The Lambda runtime is always the packaging interpreter's, so a
# neighbouring version will not do.
set -eu
cd "$(dirname "$0")/.."

WANTED=$(cat .python-version)
VENV=.venv
STAMP=$VENV/.setup-stamp
# A cleared environment may lack HOME; the password database still knows it.
eval "home=\${HOME:-~$(id -un)}"
scratch=
export UV_SYSTEM_CERTS=true # a company's own certificates count, as they do for pip

say() { printf 'setup: %s\n' "$*"; }

fail() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

tidy() { [ -z "$scratch" ] || rm -rf "$scratch"; }
trap tidy EXIT

# A pyenv shim is a file that exists and may still refuse to run, so every candidate is really run.
is_wanted() {
  "$1" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != sys.argv[1])' "$WANTED" \
    >/dev/null 2>&1
}

first_wanted() {
  for candidate in "$@"; do
    if is_wanted "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

installed_python() {
  first_wanted \
    "${PYENV_ROOT:-$home/.pyenv}/versions/$WANTED"*/bin/python \
    "$home/.pyenv/versions/$WANTED"*/bin/python \
    "python$WANTED" \
    "/usr/bin/python$WANTED" "/usr/local/bin/python$WANTED" "/opt/homebrew/bin/python$WANTED" \
    "$home/.local/bin/python$WANTED" \
    "$home/.asdf/installs/python/$WANTED"*/bin/python \
    "$home/.local/share/mise/installs/python/$WANTED"*/bin/python \
    "$home/.local/share/uv/python/cpython-$WANTED"*/bin/python3 \
    python3 python
}

some_python() {
  for candidate in python3 /usr/bin/python3 /usr/local/bin/python3 \
    "${PYENV_ROOT:-$home/.pyenv}"/versions/3*/bin/python python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# Prints the path of a uv, installing one into a throwaway folder if the machine has none.
some_uv() {
  for candidate in uv "$home/.local/bin/uv" "$home/.cargo/bin/uv"; do
    if "$candidate" --version >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  python=$(some_python) || return 1
  if "$python" -m venv "$scratch/uv" >/dev/null 2>&1; then
    "$scratch/uv/bin/python" -m pip install --quiet --disable-pip-version-check uv >&2 || return 1
    printf '%s\n' "$scratch/uv/bin/uv"
  else # a system Python without ensurepip may still have pip
    "$python" -m pip install --quiet --disable-pip-version-check --target "$scratch/uv" uv >&2 ||
      return 1
    printf '%s\n' "$scratch/uv/bin/uv"
  fi
}

fetched_python() {
  uv=$(some_uv) || return 1
  "$uv" python install "$WANTED" >&2 || return 1
  "$uv" python find --no-project "$WANTED"
}

# Debian's Python without python3-venv lacks ensurepip; any other Python's pip can stand in for it.
lent_pip() {
  python=$(some_python) || return 1
  "$python" -m pip --disable-pip-version-check --python "$VENV/bin/python" install --quiet pip \
    >>"$scratch/venv.log" 2>&1
}

make_venv() {
  rm -rf "$VENV"
  "$1" -m venv "$VENV" >"$scratch/venv.log" 2>&1 && return 0
  say "this Python cannot make an environment with pip by itself; trying another way"
  rm -rf "$VENV"
  if "$1" -m venv --without-pip "$VENV" >/dev/null 2>&1 && lent_pip; then
    return 0
  fi
  rm -rf "$VENV"
  if uv=$(some_uv) && "$uv" venv --quiet --seed --no-project --python "$1" "$VENV" >&2; then
    return 0
  fi
  cat "$scratch/venv.log" >&2
  fail "Python $WANTED is here ($1) but has no ensurepip, and neither pip nor uv could help." \
    "On Debian or Ubuntu: apt-get install python$WANTED-venv; then run make setup again."
}

# pip's own lines are too many to read and too few would look like a hang: show one per package.
install() {
  { "$VENV/bin/python" -m pip install --disable-pip-version-check --progress-bar off \
    -r requirements-dev.txt 2>&1 || echo "failed" >"$scratch/failed"; } |
    tee "$scratch/pip.log" | sed -n 's/^Collecting \([^ ]*\).*/setup:   \1/p'
  if [ -e "$scratch/failed" ]; then
    tail -n 20 "$scratch/pip.log" >&2
    fail "the packages could not be installed (the last lines of pip are above)." \
      "Most often there is no way out to a package index; set pip's index or proxy and try again."
  fi
}

digest=$(cat requirements.txt requirements-dev.txt .python-version "$0" | cksum)
if [ -e "$STAMP" ] && [ "$(cat "$STAMP")" = "$digest" ] && is_wanted "$VENV/bin/python"; then
  exit 0
fi

scratch=$(mktemp -d)
if is_wanted "$VENV/bin/python" && "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
  say "keeping $VENV/, which has Python $WANTED"
else
  say "looking for Python $WANTED"
  if python=$(installed_python); then
    say "found $python"
  else
    say "no Python $WANTED on this machine; fetching one with uv (about 30 MB)"
    python=$(fetched_python) || fail \
      "Python $WANTED is needed and was not found: not in pyenv, not on the system." \
      "Fetching one with uv failed too (no Python 3 with pip, or no way out to the internet)." \
      "Install Python $WANTED in any way you like and run make setup again."
  fi
  say "making $VENV/"
  make_venv "$python"
fi
say "installing packages (about a minute the first time)"
install
printf '%s\n' "$digest" >"$STAMP"
say "ready"
