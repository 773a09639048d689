package imgurcaravan.bench;

/**
 * One measurement.
 *
 * @param megabytes the most memory that all processes had together
 * @param processorSeconds of all processes
 */
record Run(double seconds, double megabytes, double processorSeconds) {}
