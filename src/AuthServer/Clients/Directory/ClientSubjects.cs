using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;

namespace AuthServer.Clients.Directory;

/// <summary>
/// The <c>sub</c> by which a client knows a person (OpenID Connect Core 8): the id of the account, or a name that no other sector has.
/// </summary>
public sealed class ClientSubjects(KeyRing ring)
{
    public string Of(RegisteredClient client, Guid userId) => client.Sector is { } sector ? Pairwise(sector, userId) : userId.ToString();

    /// <summary>Whether a <c>sub</c> that a client names is this person.</summary>
    public bool Means(RegisteredClient client, string subject, Guid userId) => Of(client, userId) == subject;

    /// <summary>The account that a client means; of a pairwise subject only that of the person signed in can be told.</summary>
    /// <returns>Otherwise a text that is the id of no account.</returns>
    public string AccountOf(RegisteredClient client, string subject, Guid? signedIn) =>
        client.Sector is null ? subject
        : signedIn is { } userId && Means(client, subject, userId) ? userId.ToString()
        : "pairwise " + subject;

    // OpenID Connect Core 8.1: nobody without the key finds the person, or the same person in another sector.
    private string Pairwise(string sector, Guid userId)
    {
        var key = ring.Current.Subjects ?? throw new InvalidOperationException("The ring has no key for pairwise subjects.");
        return Base64Url.EncodeToString(HMACSHA256.HashData(key.Value, Encoding.UTF8.GetBytes($"pairwise/1\0{sector}\0{userId:N}")));
    }
}
