# Runs the fuzzing server of the Autobahn test suite: server.py SUITE_FOLDER SPECIFICATION
# Python 2.7, by way of Jython: the suite has never known another.
import sys

sys.path.insert(0, sys.argv[1])
sys.argv = ['wstest', '-m', 'fuzzingserver', '-s', sys.argv[2]]

from twisted.internet import reactor, tcp

LINGER_SECONDS = 0.1

listen = reactor.listenTCP
lose = tcp.Server.loseConnection


def listen_on_loopback(port, factory, backlog=50, interface=''):
    # The suite would listen on all addresses, and serve its reports as web pages, too.
    if factory.__class__.__name__ == 'FuzzingServerFactory':
        listening = listen(port, factory, backlog, '127.0.0.1')
        print 'LISTENING'
        sys.stdout.flush()
        return listening


def lose_for_sure(connection, *reason):
    # Jython never calls a socket writable that its peer has closed, and the suite would wait for
    # that before it says goodbye, and never judge the case.
    lose(connection, *reason)
    reactor.callLater(LINGER_SECONDS, connection.abortConnection)


reactor.listenTCP = listen_on_loopback
tcp.Server.loseConnection = lose_for_sure

from autobahntestsuite import wstest

wstest.run()
