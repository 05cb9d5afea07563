package dev.migrator.testkit;

/** What every message of a {@link WireProxy} passes; shut, it holds all of them. */
final class Gate {

    private boolean shut;
    private boolean dismantled;

    synchronized void shut() {
        shut = true;
    }

    synchronized void open() {
        shut = false;
        notifyAll();
    }

    /** Lets everybody go, to find that the sockets are closed. */
    synchronized void dismantle() {
        dismantled = true;
        notifyAll();
    }

    synchronized void pass() throws InterruptedException {
        while (shut && !dismantled) {
            wait();
        }
        if (shut) {
            throw new InterruptedException("The proxy is closed");
        }
    }
}
