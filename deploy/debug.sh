#!/bin/sh
# Shows the HTTP exchanges of a pod that is running already, one readable line each, until Ctrl-C. Nothing is restarted:
#   deploy/debug.sh POD [-n NAMESPACE]
# Needs kubectl 1.31 or newer and the right to patch `pods/ephemeralcontainers`. IMAGE is where your cluster finds the image.
set -eu
: "${1:?usage: debug.sh POD [-n NAMESPACE]}"
exec kubectl debug "$@" --stdin --tty --profile=general \
  --image="${IMAGE:-k8s-internal-http-logger:0.1.0}" \
  --custom="$(dirname "$0")/debug/container.yaml" \
  --arguments-only -- --pretty
