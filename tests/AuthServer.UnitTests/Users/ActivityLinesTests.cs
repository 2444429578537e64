using System.Reflection;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Users.MyAccount;

namespace AuthServer.UnitTests.Users;

/// <summary>The audit trail in the words of the person whom its rows are about.</summary>
public sealed class ActivityLinesTests
{
    private static readonly IReadOnlyDictionary<string, RegisteredClient> NoApps = new Dictionary<string, RegisteredClient>();

    /// <summary>Rows that name no person.</summary>
    private static readonly string[] OfTheServer = ["client", "registration_token", "resource", "keys", "key", "backup", "database"];

    /// <summary>What an admin, a service account or the operator does, who has no account to name.</summary>
    private static readonly string[] OfAdministration =
    [
        "passkey.removed", "second_factor.removed", "user.created", "user.deleted", "user.deletion_cancelled", "user.disabled",
        "user.enabled", "user.password_changed", "user.roles_changed", "user.updated",
    ];

    public static TheoryData<string> AboutPeople => [.. typeof(AuditKinds).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(one => (string)one.GetRawConstantValue()!).Where(kind => !OfTheServer.Contains(kind.Split('.')[0]))];

    [Theory, MemberData(nameof(AboutPeople))]
    public void Every_kind_about_a_person_has_words(string kind)
    {
        // Nobody is left to read it.
        if (kind == AuditKinds.UserDeleted) return;
        var user = Guid.CreateVersion7();
        Assert.DoesNotContain(kind, ActivityLines.Of(Row(kind, user, user), NoApps).What, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(AboutPeople))]
    public void Without_an_actor_only_what_administration_does_reads_as_done_by_an_administrator(string kind) => Assert.Equal(
        OfAdministration.Contains(kind),
        ActivityLines.Of(Row(kind, null, Guid.CreateVersion7()), NoApps).What.Contains("by an administrator", StringComparison.Ordinal));

    [Fact]
    public void What_another_person_did_reads_as_done_by_an_administrator() => Assert.Contains(
        "by an administrator", ActivityLines.Of(Row(AuditKinds.SessionEnded, Guid.CreateVersion7(), Guid.CreateVersion7()), NoApps).What,
        StringComparison.Ordinal);

    private static AuditEvent Row(string kind, Guid? actor, Guid subject) => new()
    {
        Id = Guid.CreateVersion7(), Kind = kind, ActorId = actor, SubjectId = subject, OccurredAt = DateTime.UnixEpoch,
    };
}
