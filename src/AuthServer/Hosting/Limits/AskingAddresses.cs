using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;

namespace AuthServer.Hosting.Limits;

/// <summary>Notes from where each request came, where documents of clients are taken: an address has a share of what is fetched.</summary>
public static class AskingAddresses
{
    public static void UseAskingAddresses(this IApplicationBuilder app)
    {
        if (!app.ApplicationServices.GetRequiredService<ClientDocumentOptions>().IsOn) return;
        app.Use((http, next) =>
        {
            AskingAddress.Enter(http.Connection.RemoteIpAddress);
            return next(http);
        });
    }
}
