using AuthServer.Data.Entities;

namespace AuthServer.Clients.Documents;

/// <summary>Whose documents they are: the host that publishes them, at whichever port.</summary>
internal static class DocumentHosts
{
    /// <param name="clientId">The address of a document of this host.</param>
    public static IQueryable<Client> OfHostOf(this IQueryable<Client> clients, string clientId)
    {
        var host = "https://" + new Uri(clientId).IdnHost;
        var (atRoot, atPort) = (host + "/", host + ":");
        return clients.Where(c => c.ClientId!.StartsWith(atRoot) || c.ClientId.StartsWith(atPort));
    }
}
