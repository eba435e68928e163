# shellcheck shell=sh
# Finds a JDK that builds and runs Holdfast. Read by ./mvnw, ./holdfast and .ci/run (POSIX sh).
#
# Sets and exports JAVA_HOME to the first of these that is a JDK of at least $holdfast_jdk:
# $HOLDFAST_JAVA_HOME, $JAVA_HOME, the java on PATH, then the places where JDKs are installed.
# Maven too has to run on it: the formatter reads our sources with Maven's own javac, and an
# older one does not know the syntax.

holdfast_jdk=25

# Prints the feature release of the JDK in directory $1 (25 for 25.0.3), or nothing.
holdfast_jdk_release() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

holdfast_jdk_fits() {
  [ -n "$1" ] || return 1
  holdfast_release=$(holdfast_jdk_release "$1")
  [ "${holdfast_release:-0}" -ge "$holdfast_jdk" ]
}

# Prints the home of the java on PATH, through its symbolic links, or nothing.
holdfast_jdk_on_path() {
  holdfast_java=$(command -v java) || return 0
  holdfast_java=$(readlink -f "$holdfast_java" 2>/dev/null) || return 0
  printf '%s\n' "${holdfast_java%/bin/java}"
}

holdfast_find_jdk() {
  for holdfast_home in "${HOLDFAST_JAVA_HOME-}" "${JAVA_HOME-}" "$(holdfast_jdk_on_path)"; do
    if holdfast_jdk_fits "$holdfast_home"; then
      JAVA_HOME=$holdfast_home
      export JAVA_HOME
      return 0
    fi
  done
  # With a list from find, not globs: ./mvnw runs with globbing off.
  holdfast_homes=$(find -H /usr/lib/jvm /opt "${HOME:-/}/.jdks" \
    "${HOME:-/}/.sdkman/candidates/java" /Library/Java/JavaVirtualMachines \
    -maxdepth 3 -name release -type f 2>/dev/null | sort -r)
  while IFS= read -r holdfast_home; do
    if holdfast_jdk_fits "${holdfast_home%/release}"; then
      JAVA_HOME=${holdfast_home%/release}
      export JAVA_HOME
      return 0
    fi
  done <<END
$holdfast_homes
END
  cat >&2 <<END
Holdfast needs a JDK $holdfast_jdk or later and none was found.
Install one and run this again, for example:
  apt-get install openjdk-$holdfast_jdk-jdk-headless      (Debian, Ubuntu)
  sdk install java $holdfast_jdk-tem                      (SDKMAN, any Linux or macOS)
or download one from https://adoptium.net and set JAVA_HOME to its directory.
END
  return 1
}
