/**
 * A long run of the packaged application against a stand-in Imgur that is hostile to a third of all requests.
 *
 * <p>In comes how long, how often and with which seed; out come a verdict and the numbers behind it, in
 * {@code target/soak}. Not among the tests of the build: {@code ./mvnw -q -Psoak verify -Dsoak.minutes=30} runs it.
 */
package imgurcaravan.soak;
