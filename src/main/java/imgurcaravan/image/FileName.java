package imgurcaravan.image;

import imgurcaravan.run.Settings;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;

/** The name of an image's file by {@code imgur.images.file-name}, made of nothing but a checked id and type. */
final class FileName {

    private static final String IMAGE_ID = "imageId";
    private static final String IMAGE_EXTENSION = "imageExtension";

    private final Expression expression;

    FileName(Settings settings) {
        CamelContext context = settings.getCamelContext();
        expression = context.resolveLanguage("simple").createExpression(settings.fileName());
        expression.init(context);
    }

    /** Whether an id and an extension are all that a name is made of, so that they tell whether a file is there. */
    boolean isToldById() {
        return true;
    }

    /** Evaluates the name, relative to the images directory; the headers that it uses stay in the message. */
    String of(Exchange exchange, String imageId, ImageType type) {
        Message message = exchange.getMessage();
        message.setHeader(IMAGE_ID, imageId);
        message.setHeader(IMAGE_EXTENSION, type.extension());
        return expression.evaluate(exchange, String.class);
    }
}
