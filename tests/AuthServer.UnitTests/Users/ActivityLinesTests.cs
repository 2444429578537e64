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
        "passkey.removed", "second_factor.removed", "upstream.disconnected", "user.created", "user.deleted", "user.deletion_cancelled",
        "user.disabled", "user.enabled", "user.password_changed", "user.roles_changed", "user.updated",
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

    /// <summary>Details of user.updated: every one of <see cref="AuditDetails"/>, and what a change of single members writes.</summary>
    public static TheoryData<string> DetailsOfTheAddress =>
    [
        .. typeof(AuditDetails).GetFields(BindingFlags.Public | BindingFlags.Static).Select(one => (string)one.GetRawConstantValue()!),
        "email email_verified", "email first_name", "email_verified first_name",
    ];

    [Theory, MemberData(nameof(DetailsOfTheAddress))]
    public void What_happens_to_the_address_does_not_read_as_a_change_of_the_profile(string detail)
    {
        var what = OfUpdate(detail);
        Assert.DoesNotContain("profile", what, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("e-mail address", what, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_a_confirmation_and_what_takes_an_address_back_have_words_of_their_own()
    {
        var details = typeof(AuditDetails).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(one => (string)one.GetRawConstantValue()!).ToList();
        Assert.Equal(details.Count, details.Select(OfUpdate).Distinct().Count());
        foreach (var detail in new[] { null, "", "given_name locale", "picture", "nickname", "emails" })
        {
            Assert.Equal("Your profile was changed", OfUpdate(detail));
        }
    }

    [Fact]
    public void An_address_that_went_to_its_owner_was_not_taken_by_an_administrator() => Assert.DoesNotContain(
        "by an administrator",
        ActivityLines.Of(Row(AuditKinds.UserUpdated, null, Guid.CreateVersion7(), AuditDetails.EmailDisplaced), NoApps).What,
        StringComparison.Ordinal);

    [Fact]
    public void No_line_says_that_the_person_and_an_administrator_did_it()
    {
        foreach (var kind in OfAdministration)
        {
            var what = ActivityLines.Of(Row(kind, null, Guid.CreateVersion7()), NoApps).What;
            Assert.False(what.StartsWith("You ", StringComparison.Ordinal), what);
        }
    }

    [Fact]
    public void What_another_person_did_reads_as_done_by_an_administrator() => Assert.Contains(
        "by an administrator", ActivityLines.Of(Row(AuditKinds.SessionEnded, Guid.CreateVersion7(), Guid.CreateVersion7()), NoApps).What,
        StringComparison.Ordinal);

    private static string OfUpdate(string? detail)
    {
        var user = Guid.CreateVersion7();
        return ActivityLines.Of(Row(AuditKinds.UserUpdated, user, user, detail), NoApps).What;
    }

    private static AuditEvent Row(string kind, Guid? actor, Guid subject, string? detail = null) => new()
    {
        Id = Guid.CreateVersion7(), Kind = kind, ActorId = actor, SubjectId = subject, OccurredAt = DateTime.UnixEpoch, Detail = detail,
    };
}
