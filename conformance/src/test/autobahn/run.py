# Runs the fuzzing client of the Autobahn test suite: run.py SUITE_FOLDER SPECIFICATION
# Python 2.7, by way of Jython: the suite has never known another.
import sys

sys.path.insert(0, sys.argv[1])
sys.argv = ['wstest', '-m', 'fuzzingclient', '-s', sys.argv[2]]

from autobahntestsuite import wstest

wstest.run()
