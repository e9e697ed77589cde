# Parent of a server's process, so that the server ends with its owner however the owner ends: its standard input is a
# pipe from the owner's JVM, and the kernel closes that pipe even after a SIGKILL.
#
#   sh watchdog.sh FOLDER PROGRAM ARGUMENT...
#
# Each line read starts the server and answers its pid. The pipe's end, or a signal, kills the server and removes FOLDER.
folder=$1
shift
server=

# Caught, not ignored: the server must not inherit an ignored SIGTERM. A caught signal ends the read, thus the loop.
trap : HUP INT TERM
exec 3<&0

while read -r command <&3; do
  # The group in the background outlives the substitution: it waits for the server and thus reaps it at once, else a
  # killed server would stay visible as a zombie. Its output is closed once the pid is out, which ends the substitution.
  server=$({
    "$@" </dev/null >>"$folder/server.log" 2>&1 3<&- &
    echo $!
    exec >&-
    wait
  } 2>/dev/null &)
  echo "$server"
done

if [ -n "$server" ]; then
  kill -KILL "$server" 2>/dev/null
  # It still writes its files until it is gone, and they cannot be removed under its hands.
  while kill -0 "$server" 2>/dev/null; do
    sleep 0.02
  done
fi
rm -rf "$folder"
