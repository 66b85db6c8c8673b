# shellcheck shell=bash
# What the machine must have before anything is built or started. It tests for the parts themselves, not for the name or
# version of a distribution, lists all that is missing at once, and installs it with apt when told to.
# Read by ../karst, whose functions say, fail and variables ASSUME_YES, REPOSITORY are used here.

is_jdk_17() {
    [[ -x $1/bin/javac && -r $1/release ]] && grep -q '^JAVA_VERSION="17[."]' "$1/release"
}

# Prints the home of a JDK 17, whatever `java` on the PATH points to.
find_jdk_17() {
    local candidate on_path
    on_path=$(command -v javac || true)
    on_path=${on_path:+$(dirname "$(dirname "$(readlink -f "$on_path")")")}
    for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/java/openjdk /opt/jdk* "$HOME"/.sdkman/candidates/java/*; do
        if [[ -n $candidate ]] && is_jdk_17 "$candidate"; then
            readlink -f "$candidate"
            return 0
        fi
    done
    return 1
}

# have_capability BIT: whether this process may use it (linux/capability.h)
have_capability() {
    local mask
    mask=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
    ((0x$mask >> $1 & 1))
}

# free_megabytes FOLDER
free_megabytes() {
    df -Pm "$1" | awk 'NR == 2 { print $4 }'
}

# What cannot be installed: each problem is one line with what to do about it.
problems_of_the_machine() {
    local port
    if ! have_capability 12 || ! have_capability 21 || ! have_capability 13; then
        echo "this process lacks CAP_NET_ADMIN, CAP_NET_RAW or CAP_SYS_ADMIN: in a container, start it with --privileged"
    elif ! unshare --net --mount true 2>/dev/null; then
        echo "network namespaces cannot be made here (unshare --net --mount fails): in a container, start it with --privileged"
    fi
    if [[ ! -c /dev/net/tun ]]; then
        echo "/dev/net/tun is missing: run 'modprobe tun' (in a container: --device /dev/net/tun)"
    fi
    if (($(free_megabytes "$REPOSITORY") < 2000)); then
        echo "less than 2 GB free on the disk of $REPOSITORY: make room"
    fi
    if (($(free_megabytes /tmp) < 500)); then
        echo "less than 500 MB free in /tmp: make room"
    fi
    for port in "$@"; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "port $port of 127.0.0.1 is taken: end the process that listens there (ss -ltnp 'sport = :$port'), or set KARST_PORT"
        fi
    done
}

# What only some commands need: "ovn" for the benchmarks beside OVN, "browser" for the test of the console.
EXTRA_PARTS=''

# Prints the Debian packages that bring what is missing, one per line.
missing_packages() {
    find_jdk_17 >/dev/null || echo openjdk-17-jdk-headless
    command -v mvn >/dev/null || echo maven
    if ! command -v ovs-vswitchd >/dev/null || ! command -v ovsdb-server >/dev/null || ! command -v ovs-ofctl >/dev/null; then
        echo openvswitch-switch
    fi
    command -v ip >/dev/null || echo iproute2
    command -v ethtool >/dev/null || echo ethtool
    command -v gcc >/dev/null || echo gcc
    [[ -r /usr/include/stdio.h && -r /usr/include/linux/types.h ]] || echo libc6-dev
    command -v ss >/dev/null || echo iproute2
    if [[ $EXTRA_PARTS == ovn ]]; then
        command -v ovn-northd >/dev/null || echo ovn-central
        command -v ovn-controller >/dev/null || echo ovn-host
    fi
    # Elsewhere it may come as a snap, which wants more of the machine; the test is skipped without it.
    if [[ $EXTRA_PARTS == browser ]] && grep -qx 'ID=debian' /etc/os-release 2>/dev/null; then
        command -v chromium >/dev/null || echo chromium
    fi
}

# Runs apt-get with the system's services kept from starting, now and at the next boot: a new Open vSwitch or OVN must not
# begin to manage this host.
install_packages() {
    local policy=/usr/sbin/policy-rc.d saved='' status=0 package
    if [[ -e $policy ]]; then
        saved=$(mktemp -u "$policy.karst-XXXXXX")
        mv "$policy" "$saved"
    fi
    # shellcheck disable=SC2064
    trap "rm -f '$policy'; [[ ! -e '$saved' ]] || mv '$saved' '$policy'" EXIT
    printf '#!/bin/sh\n# written by karst for one apt call: no service starts\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    {
        apt-get update -q &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
    } || status=$?
    rm -f "$policy"
    [[ -n $saved ]] && mv "$saved" "$policy"
    trap - EXIT
    for package in "$@"; do
        if ((status == 0)) && [[ $package == @(openvswitch-switch|ovn-central|ovn-host) ]]; then
            systemctl disable "$package.service" >/dev/null 2>&1 || update-rc.d "$package" disable >/dev/null 2>&1 || true
        fi
    done
    return $status
}

# preflight PORT…: returns when the machine is ready, else ends the launcher with a list of what to do.
preflight() {
    local problems answer command
    local -a packages
    problems=$(problems_of_the_machine "$@")
    mapfile -t packages < <(missing_packages | sort -u)
    if [[ -n $problems ]]; then
        fail "this machine is not ready:"$'\n'"  - ${problems//$'\n'/$'\n'  - }"
    fi
    ((${#packages[@]})) || return 0
    command="apt-get install --no-install-recommends ${packages[*]}"
    command -v apt-get >/dev/null ||
        fail "missing: ${packages[*]} (names of Debian packages). There is no apt-get here: install them your way, then run this again."
    if ((ASSUME_YES == 0)); then
        [[ -t 0 && -t 2 ]] ||
            fail "missing: ${packages[*]}. Install them with: $command (or run this again with --yes)"
        say "Karst needs these packages, which are not installed: ${packages[*]}"
        read -r -p "Install them now with apt-get? [Y/n] " answer
        [[ ${answer:-y} == [yY]* ]] || fail "nothing was changed. To install them yourself: $command"
    fi
    say "installing: ${packages[*]}"
    install_packages "${packages[@]}" >&2 ||
        fail "apt-get could not install ${packages[*]}; its messages are above. (If no package openjdk-17-jdk-headless exists here, install any JDK 17 and set JAVA_HOME.)"
    mapfile -t packages < <(missing_packages | sort -u)
    ((${#packages[@]} == 0)) || fail "still missing after the installation: ${packages[*]}"
}
