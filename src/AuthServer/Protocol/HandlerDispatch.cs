using System.Runtime.CompilerServices;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol;

/// <summary>Runs the protocol library's handlers in their order, as its own dispatcher does, from a list that is made once.</summary>
/// <remarks>
/// The library looks through some four hundred handlers at each of about ten dispatches of a request. Options are replaced as a
/// whole when keys rotate, never changed, so the handlers of one event are the same for the life of an options object.
/// </remarks>
public sealed class HandlerDispatch(IServiceProvider services) : IOpenIddictServerDispatcher
{
    public async ValueTask DispatchAsync<TContext>(TContext context)
        where TContext : BaseContext
    {
        foreach (var descriptor in HandlersOf<TContext>.In(context.Transaction.Options))
        {
            if (!await IsActiveAsync(descriptor, context)) continue;
            var handler = descriptor.ServiceDescriptor.ImplementationInstance as IOpenIddictServerHandler<TContext>
                ?? (IOpenIddictServerHandler<TContext>)services.GetRequiredService(descriptor.ServiceDescriptor.ServiceType);
            await handler.HandleAsync(context);
            if (context is BaseRequestContext { IsRequestHandled: true } or BaseRequestContext { IsRequestSkipped: true }
                or BaseValidatingContext { IsRejected: true })
            {
                return;
            }
        }
    }

    private async ValueTask<bool> IsActiveAsync<TContext>(OpenIddictServerHandlerDescriptor descriptor, TContext context)
        where TContext : BaseContext
    {
        foreach (var type in descriptor.FilterTypes)
        {
            var filter = (IOpenIddictServerHandlerFilter<TContext>)services.GetRequiredService(type);
            if (!await filter.IsActiveAsync(context)) return false;
        }

        return true;
    }

    /// <summary>
    /// The handlers of one event, by options object; an options object that a rotation has replaced takes its list with it.
    /// </summary>
    private static class HandlersOf<TContext>
        where TContext : BaseContext
    {
        private static readonly ConditionalWeakTable<OpenIddictServerOptions, OpenIddictServerHandlerDescriptor[]> Known = [];

        public static OpenIddictServerHandlerDescriptor[] In(OpenIddictServerOptions options) => Known.GetValue(
            options, static o => [.. o.Handlers.Where(h => h.ContextType == typeof(TContext)).OrderBy(h => h.Order)]);
    }
}
