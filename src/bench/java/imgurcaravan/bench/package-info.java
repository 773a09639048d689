/**
 * Benchmarks that run the packaged application as users do, compared with other programs on the same machine. They need
 * Linux, write to {@code target/bench}, and fail only if an image is missing or not whole, never because of slowness.
 */
package imgurcaravan.bench;
