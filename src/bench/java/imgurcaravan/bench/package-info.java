/**
 * Benchmarks that run the packaged application as people do, beside other programs on the same machine. They need
 * Linux, write to {@code target/bench}, and fail only when an image is missing or not whole, never for being slow.
 */
package imgurcaravan.bench;
