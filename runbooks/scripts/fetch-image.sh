#!/usr/bin/env bash
# Before analyse-memory.sh on the forensic instance: fetches the image and the symbol tables, then calls it in one piece.
# Environment: CORDON_BUCKET, CORDON_PREFIX, CORDON_IMAGE_KEY, CORDON_TOOLS_BUCKET, CORDON_INCIDENT.
set -u -o pipefail

WORK=/var/lib/cordon/$CORDON_INCIDENT
mkdir -p "$WORK/symbols/linux" "$WORK/out"
aws s3 cp --only-show-errors "s3://$CORDON_BUCKET/$CORDON_IMAGE_KEY" "$WORK/memory.lime" || exit 1
# No table for this kernel is a result, so a failure to fetch them is none either.
aws s3 cp --only-show-errors --recursive "s3://$CORDON_TOOLS_BUCKET/symbols/" "$WORK/symbols/" || true
export CORDON_S3="s3://$CORDON_BUCKET/$CORDON_PREFIX" CORDON_SYMBOLS="$WORK/symbols"
set -- "$WORK/out" "$WORK/memory.lime"
