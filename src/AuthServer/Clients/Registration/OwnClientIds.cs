using System.Buffers.Text;
using System.Security.Cryptography;

namespace AuthServer.Clients.Registration;

/// <summary>The ids that this server gives to clients that register themselves.</summary>
public static class OwnClientIds
{
    private const int Size = 16, Length = 22;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Whether it may be one: of a client that is gone nothing else tells where it came from.</summary>
    public static bool HaveForm(string clientId) => clientId.Length == Length && Base64Url.IsValid(clientId);
}
