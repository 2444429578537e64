using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Users;

/// <summary>
/// PUT and PATCH /v1/users/{id}: an admin or a service account changes any account, and a first-party app that of its person.
/// </summary>
internal static class ChangeUser
{
    private static readonly string[] IsForAdmins = ["is for admins."];
    private static readonly string[] IsMissing = ["is missing. PUT replaces the whole account; PATCH changes what it names."];
    private static readonly string[] IsNotRemoved = ["cannot be removed."];

    public static Task<IResult> PutAsync(HttpContext http, string id, UserChanges changes, ProofTickets tickets) =>
        HandleAsync(http, id, changes, tickets, JsonBody.ReadBytesAsync, ReadWhole);

    public static Task<IResult> PatchAsync(HttpContext http, string id, UserChanges changes, ProofTickets tickets) =>
        HandleAsync(http, id, changes, tickets, JsonBody.ReadPatchAsync, static (bytes, _) => ReadPatch(bytes));

    private static async Task<IResult> HandleAsync(
        HttpContext http, string id, UserChanges changes, ProofTickets tickets,
        Func<HttpRequest, CancellationToken, ValueTask<(byte[]? Bytes, Problem? Problem)>> receive,
        Func<byte[], bool, (UserChangeBody? Body, Problem? Problem)> read)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        // Before the look-up: to others the answer is the same whether the account exists or not.
        var notAsAdmin = caller.RefusalToWrite();
        if (notAsAdmin is not null && (caller.Is(userId) ? caller.RefusalToWriteOwn() : notAsAdmin) is { } refusal) return refusal;
        if (EntityTags.IfMatch(http.Request.Headers.IfMatch) is not { } matches) return Preconditions.Required();
        var (bytes, unread) = await receive(http.Request, http.RequestAborted);
        if (bytes is null) return unread!;
        var (body, malformed) = read(bytes, notAsAdmin is null);
        if (body is null) return malformed!;
        if (notAsAdmin is not null && body.AdminMembers().ToList() is { Count: > 0 } members) return ForAdmins(members);
        if (body.Password is not null && !http.RequestServices.GetRequiredService<SignInMethodOptions>().Password)
        {
            return AccountProblems.PasswordGiven();
        }

        if (RoleNames.Read(body.Roles) is not { } roles) return RoleNames.Wrong();

        var change = new AccountChange
        {
            Email = body.Email,
            FirstName = body.FirstName,
            LastName = body.LastName,
            Password = body.Password,
            CurrentPassword = body.CurrentPassword,
            Disabled = body.Disabled,
            EmailVerified = body.EmailVerified,
            Roles = body.Roles is null ? null : roles,
        };
        var actor = caller.Actor(http, asAdmin: notAsAdmin is null);
        var result = await changes.ChangeAsync(userId, matches, change, actor, http.RequestAborted);
        if (result is ChangeResult.Changed && change.Password is not null && caller.Is(userId))
        {
            await ((ApiCaller.Person)caller).StayKnownAsync(http);
        }

        return result is ChangeResult.Changed(var changed, { } asked)
            ? UserAnswer.Ok(changed) with { EmailChange = MailAccepted.Of(asked, tickets) }
            : Answer(result);
    }

    internal static IResult Answer(ChangeResult result) => result switch
    {
        ChangeResult.Changed(var user, _) => UserAnswer.Ok(user),
        ChangeResult.Deleted => Results.NoContent(),
        ChangeResult.NotFound => UserId.NotFound(),
        ChangeResult.Stale => Preconditions.Failed(),
        ChangeResult.Refused(var errors) => Problem.Unprocessable(errors),
        ChangeResult.EmailTaken => AccountProblems.EmailTaken(),
        ChangeResult.ProofRequired(var wrong) => Reauthenticate(wrong),
        ChangeResult.StepUpRequired(var withFactor) => StepUp.Required(withFactor),
        ChangeResult.NotToBeDeleted => Problem.NotFound("The account is not to be deleted."),
        ChangeResult.OwnAccount(var what) => new Problem(
            StatusCodes.Status409Conflict, "own-account", $"You cannot {what}; another admin can."),
        ChangeResult.NoLongerAdmin => Problem.Forbidden("This is for people with the admin role."),
        ChangeResult.TooManyTries(var wait) => AccountProblems.TooManyTries(wait),
        ChangeResult.Busy(var wait) => Problem.Busy(wait),
        _ => throw new InvalidOperationException($"Unknown result {result}"),
    };

    /// <summary>The whole account as the caller may write it (RFC 9110 section 9.3.4): a name that is left out is removed.</summary>
    /// <remarks>
    /// What decides over access has no default: a role that is taken away or an account that is opened because a member was left out would
    /// be an accident. Where the caller may write these members they must all be present.
    /// </remarks>
    private static (UserChangeBody?, Problem?) ReadWhole(byte[] bytes, bool asAdmin)
    {
        var (body, malformed) = JsonBody.Parse(bytes, UserBodyJson.Default.UserChangeBody);
        if (body is null) return (null, malformed);
        var missing = asAdmin ? UserChangeBody.AllAdminMembers.Except(body.AdminMembers()).ToList() : [];
        return missing.Count > 0
            ? (null, Problem.Unprocessable(missing.ToDictionary(m => m, _ => IsMissing)))
            : (body with { Email = body.Email ?? "", FirstName = body.FirstName ?? "", LastName = body.LastName ?? "" }, null);
    }

    /// <summary>A merge patch (RFC 7396 section 2): what is left out stays, and null removes.</summary>
    private static (UserChangeBody?, Problem?) ReadPatch(byte[] bytes)
    {
        var (body, malformed) = JsonBody.Parse(bytes, UserBodyJson.Default.UserChangeBody);
        if (body is null) return (null, malformed);
        var removed = JsonBody.NullMembers(bytes);
        if (removed.Contains("password"))
        {
            return (null, Problem.Unprocessable(new Dictionary<string, string[]> { ["password"] = IsNotRemoved }));
        }

        return (body with
        {
            Email = removed.Contains("email") ? "" : body.Email,
            FirstName = removed.Contains("first_name") ? "" : body.FirstName,
            LastName = removed.Contains("last_name") ? "" : body.LastName,
            Disabled = removed.Contains("disabled") ? false : body.Disabled,
            EmailVerified = removed.Contains("email_verified") ? false : body.EmailVerified,
            Roles = removed.Contains("roles") ? [] : body.Roles,
        }, null);
    }

    private static Problem ForAdmins(List<string> members) =>
        Problem.Forbidden("Some members are for people with the admin role and the scope users:write; errors names them.") with
        {
            Errors = members.ToDictionary(m => m, _ => IsForAdmins),
        };

    private static Problem Reauthenticate(bool wrong) => new(
        StatusCodes.Status403Forbidden, "reauthentication-required",
        "A new e-mail address or password of your own needs current_password, or a sign-in less than five minutes ago.")
    {
        Errors = wrong ? new Dictionary<string, string[]> { ["current_password"] = ["is wrong."] } : null,
    };
}
