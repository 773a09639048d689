/**
 * A long run of the packaged application against a stand-in Imgur that is hostile to a third of all requests.
 *
 * <p>In comes how long, how often and with which seed; out come a verdict and the numbers behind it, in
 * {@code target/soak}. It is not among the tests of the build; {@link imgurcaravan.soak.HostileRun} says how to run it.
 */
package imgurcaravan.soak;
