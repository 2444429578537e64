using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passwords;
using AuthServer.Users.Passwords.Foreign;
using AuthServer.Users.Profile;

namespace AuthServer.Seeding;

/// <summary>Reads one user of a seed file.</summary>
internal static class SeedUserReader
{
    private const int LongestRole = 64;

    public static SeedUser? Read(SeedPart part, PasswordPolicy policy, Func<string, string, bool>? wasAccepted)
    {
        part.RefuseUnknown("email", "password", "password_hash", "first_name", "last_name", "roles", "claims");
        var read = part.Members(out var problems);
        var email = read.Text("email", EmailAddress.MaxLength);
        var password = read.Text("password", 1024);
        var reading = read.Text("password_hash", ForeignHashes.MostReadLength) is { } text ? ForeignHashes.Read(text) : null;
        var firstName = Name(read.Text("first_name", PersonName.MaxLength));
        var lastName = Name(read.Text("last_name", PersonName.MaxLength));
        var roles = read.TextList("roles");
        var claims = read.Object("claims") is { } json ? JsonObject.Create(json) : null;
        part.Add(problems);
        CheckRoles(part, roles ?? []);
        if (claims is not null) CheckClaims(part, claims, email, firstName, lastName);
        if (email is null) return part.Missing<SeedUser>("email");
        if (!EmailAddress.IsValid(email)) part.Add("email", $"is not an e-mail address: {email}");
        if (password is null || reading is not null || wasAccepted?.Invoke(email, password) != true)
        {
            CheckPassword(
                part, policy, new(email, firstName, lastName), password, reading,
                problems.Any(p => p.Path is "password" or "password_hash"));
        }
        var hash = (reading as HashReading.Accepted)?.Hash.Text;
        return new(part.Path, email, password, hash, firstName, lastName, roles, claims, part.ContentWithout("password", "password_hash"));
    }

    private static void CheckPassword(
        SeedPart part, PasswordPolicy policy, PasswordOwner owner, string? password, HashReading? hash, bool reported)
    {
        switch (password, hash)
        {
            case (null, null) when !reported:
                part.Add("lacks password or password_hash");
                break;
            case (not null, not null):
                part.Add("password_hash", "must not stand beside password");
                break;
            case (not null, null):
                foreach (var problem in policy.Judge(password, owner))
                {
                    part.Add("password", "is refused. " + PasswordRules.Describe(problem));
                }
                break;
            case (null, HashReading.Refused(var fault)):
                part.Add("password_hash", fault);
                break;
        }
    }

    private static void CheckRoles(SeedPart part, ImmutableArray<string> roles)
    {
        for (var i = 0; i < roles.Length; i++)
        {
            var valid = roles[i].Length <= LongestRole
                && roles[i].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.' or ':');
            if (!valid) part.Add($"roles[{i}]", $"must be 1 to {LongestRole} lower-case letters, digits or -_.:");
        }
    }

    private static void CheckClaims(SeedPart part, JsonObject claims, string? email, string? firstName, string? lastName)
    {
        foreach (var (name, fault) in StandardClaims.Validate(claims, email)) part.Add($"claims.{name}", fault);
        CheckName(part, claims, "given_name", "first_name", firstName);
        CheckName(part, claims, "family_name", "last_name", lastName);
    }

    private static void CheckName(SeedPart part, JsonObject claims, string claim, string member, string? name)
    {
        if (name is null || claims[claim] is not JsonValue value || !value.TryGetValue<string>(out var text)) return;
        if (Name(text) != name) part.Add($"claims.{claim}", $"differs from {member} of the same user");
    }

    private static string? Name(string? text) => PersonName.Clean(text);
}
