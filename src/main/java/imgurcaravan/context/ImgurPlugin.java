package imgurcaravan.context;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Gives every Camel context that has this jar on its class path what our routes need.
 *
 * <p>Camel finds it by {@link java.util.ServiceLoader}, before the host has bound its beans and before there are
 * routes; so everything is deferred until the context is initialized, and each bean until the first route that names
 * it.
 */
public final class ImgurPlugin implements ContextServicePlugin {

    @Override
    public void load(CamelContext camelContext) {
        camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextInitializing(CamelContext context) {
                new ImgurBeans(context).bind();
                new RouteSelection(context).apply();
            }
        });
    }
}
