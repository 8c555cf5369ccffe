# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the scripts beside it, which set $root, $work and $server: finds a JDK ($jdk), and builds the plugin, a server with it and the
# benchmarks, unless nothing has changed since the last time. The class path is in $work/classpath.

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    exit "${2:-1}"
}

# ---- what the machine must have ---------------------------------------------------------------------------------------

java_version() { # of the JDK at $1: its major version, 0 if it is none
    local version
    [[ -x $1/bin/javac && -r $1/release ]] || { echo 0; return; }
    version=$(sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release")
    echo "${version:-0}"
}

find_jdk() { # JAVA_HOME if it will do, else the newest one in the usual places
    local candidate version best=0 found='' on_path
    if (($(java_version "${JAVA_HOME:-/none}") >= 21)); then
        echo "$JAVA_HOME"
        return
    fi
    on_path=$(readlink -f "$(command -v javac || true)" || true)
    for candidate in "${on_path%/bin/javac}" /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java/* "$HOME"/.sdkman/candidates/java/* \
        "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/*; do
        [[ -n $candidate ]] || continue
        version=$(java_version "$candidate")
        if ((version > best)); then
            best=$version
            found=$candidate
        fi
    done
    ((best >= 21)) && echo "$found"
}

jdk=$(find_jdk) || fail "no JDK 21 or later found (looked at JAVA_HOME, PATH, /usr/lib/jvm, /opt, SDKMAN, ~/.jdks).
Install one, e.g. apt-get install openjdk-21-jdk-headless, or set JAVA_HOME."

# ---- the build, unless nothing has changed since the last one ---------------------------------------------------------

checksum() { # of all files at the given paths, names included
    (cd "$root" && find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

mkdir -p "$work"
exec 9>"$work/lock"
flock -n 9 || fail "another benchmark runs in this directory"
wanted=$(checksum pom.xml plugin-descriptor.properties models src integ-test benchmarks/src)
if [[ $(cat "$work/built" 2>/dev/null) != "$wanted" || ! -f $server/plugin.installed || ! -d $root/target/test-classes ]]; then
    command -v mvn >/dev/null || fail "Maven is not installed: apt-get install maven"
    rm -f "$work/built"
    echo "building the plugin, and an OpenSearch in target/opensearch (first time: 700 MB of downloads)" >&2
    (cd "$root" && JAVA_HOME=$jdk PATH=$jdk/bin:$PATH mvn -B -DskipTests -Dspotless.check.skip=true pre-integration-test \
        dependency:build-classpath -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test) >"$work/build.log" 2>&1 </dev/null || {
        grep -E '^\[(ERROR|FATAL)' "$work/build.log" | head -20 >&2 || tail -20 "$work/build.log" >&2
        fail "the build failed; all of it is in $work/build.log"
    }
    echo "$wanted" >"$work/built"
fi
