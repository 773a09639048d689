/**
 * Stand-ins for the world around the application: Imgur and its image host, a server that misbehaves on demand, a
 * certificate, sample images, and the application itself as a process. In comes what a test wants the far side to do;
 * out comes what the far side saw. Of the application only its
 * writer of JSON is used, and nothing leaves 127.0.0.1.
 */
package imgurcaravan.testing;
