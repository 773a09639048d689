package imgurcaravan.bench;

/**
 * Seconds of processor time.
 *
 * @param user in the programs themselves
 * @param system in the kernel for them
 */
record ProcessorTime(double user, double system) {

    static final ProcessorTime NONE = new ProcessorTime(0, 0);

    double seconds() {
        return user + system;
    }

    ProcessorTime plus(ProcessorTime other) {
        return new ProcessorTime(user + other.user, system + other.system);
    }

    ProcessorTime minus(ProcessorTime other) {
        return new ProcessorTime(user - other.user, system - other.system);
    }
}
