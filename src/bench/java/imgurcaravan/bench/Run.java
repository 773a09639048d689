package imgurcaravan.bench;

/**
 * One measurement.
 *
 * @param megabytes the peak memory of all processes together
 * @param processor the processor time of all processes
 * @param firstSeconds from the start of the process to its request for the gallery; NaN if it was not started for this
 */
record Run(double seconds, double megabytes, ProcessorTime processor, double firstSeconds) {}
