using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;

namespace AuthServer.Clients.Registration;

/// <summary>Writes a scope into its row.</summary>
public static class ScopeRegistration
{
    /// <returns>Whether anything changed.</returns>
    public static bool Update(Scope row, string? description, IEnumerable<string> resources)
    {
        var column = ClientColumns.WriteList(resources);
        if (row.Description == description && row.Resources == column) return false;
        (row.Description, row.Resources) = (description, column);
        row.ConcurrencyToken = Guid.CreateVersion7().ToString();
        return true;
    }
}
