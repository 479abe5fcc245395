#!/bin/sh
# setup.sh - what Gradescope runs once, when it makes its image.
#
# The zip has this file, run_autograder, and the project in a folder `plumbline`. The
# reference is built here, with sanitizers, so that no submission has to wait for it.
set -e
cd /autograder/source/plumbline
ci/deps build test
git config --global --add safe.directory "$PWD"
make -s -j"$(getconf _NPROCESSORS_ONLN)" all build/bin/blank
make -s SAN=1 -j"$(getconf _NPROCESSORS_ONLN)" all
