#!/bin/sh
# Runs a command as a container does, without a container engine: cage.sh NAME ROOT APP DATA DOTNET USER VARIABLE=VALUE... COMMAND...
# To be run as root by `unshare --mount`. ROOT is an empty folder that becomes the root of the command: a file system that nothing can be
# written to, with the program in /app, a volume in /data, and what a runtime image has of the system. The command runs as USER without
# any capability, within 512 MiB and one core.
set -eu
PATH=$PATH:/usr/sbin:/sbin
name=$1 root=$2 app=$3 data=$4 dotnet=$5 user=$6
shift 6

memory=536870912 cgroups=/sys/fs/cgroup limits=none
if [ -f $cgroups/cgroup.controllers ]; then
    echo '+memory +cpu' >$cgroups/cgroup.subtree_control 2>/dev/null || true
    if mkdir -p "$cgroups/$name" 2>/dev/null && echo $memory >"$cgroups/$name/memory.max" 2>/dev/null; then
        echo '100000 100000' >"$cgroups/$name/cpu.max"
        echo $$ >"$cgroups/$name/cgroup.procs"
        limits='cgroup 2'
    fi
elif [ -d $cgroups/memory ] && mkdir -p "$cgroups/memory/$name" "$cgroups/cpu/$name" 2>/dev/null; then
    echo $memory >"$cgroups/memory/$name/memory.limit_in_bytes"
    echo 100000 >"$cgroups/cpu/$name/cpu.cfs_period_us"
    echo 100000 >"$cgroups/cpu/$name/cpu.cfs_quota_us"
    echo $$ >"$cgroups/memory/$name/cgroup.procs"
    echo $$ >"$cgroups/cpu/$name/cgroup.procs"
    limits='cgroup 1'
fi
if [ "$limits" = none ]; then
    # One processor at least; nothing but a cgroup limits the memory of a .NET program in use.
    taskset -p -c "$(taskset -p -c $$ | sed 's/.*: //; s/[,-].*//')" $$ >/dev/null
fi
echo "pid $$"
echo "limits $limits"

mount --make-rprivate /
mount -t tmpfs -o mode=755,size=1m tmpfs "$root"
mkdir "$root/app" "$root/data" "$root/dotnet" "$root/tmp"
for folder in usr bin lib lib64 etc proc sys dev; do
    if [ -e "/$folder" ]; then
        mkdir "$root/$folder"
        mount --rbind "/$folder" "$root/$folder"
    fi
done
mount --bind "$app" "$root/app"
mount --bind "$dotnet" "$root/dotnet"
for folder in usr bin lib lib64 etc app dotnet; do
    if [ -e "$root/$folder" ]; then mount -o remount,bind,ro "$root/$folder"; fi
done
mount --bind "$data" "$root/data"
mount -o remount,ro "$root"
exec chroot "$root" setpriv "--reuid=$user" "--regid=$user" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \
    env -i -C /app PATH=/dotnet:/usr/bin:/bin "$@"
