#!/bin/sh
# make install | make uninstall: this version beside the older ones, units, commands; never data.
#
#   PREFIX/VERSION/    this version with its .venv     PREFIX/current -> VERSION
#   /usr/local/bin/yizhan-*  -> PREFIX/current/.venv/bin     /etc/systemd/system/yizhan-*
#   /var/lib/yizhan    data, of the account "yizhan"; made if it is not there, and left alone
#
# DESTDIR: everything below another root, for packages and tests; then no account is made and
# systemd is told nothing.
set -eu

root=${DESTDIR:-}
prefix=${PREFIX:-/opt/yizhan}
units=/etc/systemd/system
bin=/usr/local/bin
data=/var/lib/yizhan
here=$(cd "$(dirname "$0")/.." && pwd)
programs="yizhan-county yizhan-hub yizhan-station yizhan-provision"

say() { echo "install: $*" >&2; }

systemd_is_told() { [ -z "$root" ] && command -v systemctl >/dev/null 2>&1; }

version() { sed -n 's/^version = "\(.*\)"$/\1/p' "$here/pyproject.toml" | head -n 1; }

install_version() {
    version=$(version)
    new="$root$prefix/$version.new"
    rm -rf "$new"
    mkdir -p "$new"
    for part in Makefile README.md README.zh-CN.md LICENSE CHANGELOG.md pyproject.toml \
        constraints.txt requirements.lock requirements-build.lock \
        central deploy docs examples protocol provisioning runtime station_agent; do
        cp -R "$here/$part" "$new/"
    done
    find "$new" -name __pycache__ -type d -prune -exec rm -rf {} +
    rm -rf "$root$prefix/$version"
    mv "$new" "$root$prefix/$version"
    ${SETUP:-make -C} "$root$prefix/$version" setup # the paths of a .venv are those of its place
    ln -sfn "$version" "$root$prefix/current.new"
    mv -T "$root$prefix/current.new" "$root$prefix/current" # from here on it is this version
}

install_links() {
    mkdir -p "$root$bin" "$root$units"
    for program in $programs; do
        ln -sfn "$prefix/current/.venv/bin/$program" "$root$bin/$program"
    done
    for unit in "$here"/deploy/systemd/*; do
        sed "s#/opt/yizhan/#$prefix/#g" "$unit" >"$root$units/$(basename "$unit")"
        chmod 0644 "$root$units/$(basename "$unit")"
    done
}

install_account() {
    if [ -z "$root" ] && ! id yizhan >/dev/null 2>&1; then
        useradd --system --home-dir "$data" --shell /usr/sbin/nologin yizhan
    fi
    [ -d "$root$data" ] || mkdir -p -m 0700 "$root$data"
    [ -n "$root" ] || chown yizhan:yizhan "$data"
}

case ${1:-} in
install)
    install_account
    install_version
    install_links
    if systemd_is_told; then systemctl daemon-reload; fi
    say "$(version) is in $prefix/current; older versions are beside it"
    say "next: found or join as the account yizhan, then systemctl enable --now yizhan-ROLE (docs/install.md)"
    ;;
uninstall)
    for unit in "$here"/deploy/systemd/*; do
        name=$(basename "$unit")
        if systemd_is_told; then systemctl disable --now "$name" >/dev/null 2>&1 || true; fi
        rm -f "$root$units/$name"
    done
    if systemd_is_told; then systemctl daemon-reload; fi
    for program in $programs; do rm -f "$root$bin/$program"; done
    rm -rf "$root${prefix:?}"
    say "the programs are gone; $data and the account yizhan are as they were"
    ;;
*)
    say "install or uninstall?"
    exit 2
    ;;
esac
