/**
 * The content of the stand-in Imgur that the demo profile runs: painted pictures, in posts as Imgur's API lists them.
 *
 * <p>In come a number of posts and the requests that {@code routes/demo} makes of them; out go JSON texts and image
 * files. HTTP is the business of those routes, and nothing here is loaded outside the demo profile.
 */
package imgurcaravan.demo;
