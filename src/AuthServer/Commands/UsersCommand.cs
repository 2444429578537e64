using System.Collections.Frozen;
using AuthServer.Configuration;
using AuthServer.Users.Administration;
using AuthServer.Users.Recovery;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Commands;

/// <summary>The way back for people whom no admin can help, such as the only admin.</summary>
public static class UsersCommand
{
    private static readonly CommandHelp ResetHelp = new(
        "users reset-factors", "users reset-factors EMAIL [--yes]", "Take away the second factors of a person",
        """
        The authenticator app, the recovery codes and the remembered devices go; the password alone signs the person in. Where SECOND_FACTOR
        wants a factor of them, the next sign-in sets up a new one. Make sure first that it is the person.
        """);

    private static readonly CommandHelp LinkHelp = new(
        "users reset-link", "users reset-link EMAIL", "Make a link with which a person chooses a new password",
        """
        For a server that sends no mail, or a person who gets none. The link works once, for an hour, and ends every session of the account.
        Whoever has it gets into the account: give it to its person alone. It does not confirm the e-mail address.
        """);

    public static IReadOnlyList<CommandHelp> Helps { get; } = [ResetHelp, LinkHelp];

    /// <summary>Options without a value.</summary>
    public static FrozenSet<string> Flags { get; } = FrozenSet.Create(StringComparer.Ordinal, Confirmation.Yes);

    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["reset-factors", .. var rest] =>
            CommandLine.RunAsync(ResetHelp, rest, words: 1, (words, options) => ResetAsync(words[0], options)),
        ["reset-link", .. var rest] => CommandLine.RunAsync(LinkHelp, rest, words: 1, (words, options) => LinkAsync(words[0], options)),
        _ => CommandLine.AnswerGroup(Helps, args),
    };

    private static Task<int> ResetAsync(string email, string[] options) => CommandServices.RunAsync(
        [.. options.Except(Flags)], quiet: false, async services =>
        {
            if (await services.GetRequiredService<AccountLookup>().FindAsync(email, CancellationToken.None) is not { } user)
            {
                return await Registrations.RefuseAsync($"There is no account with the address {email}.");
            }

            if (!user.TwoFactorEnabled
                && !await services.GetRequiredService<SecondFactorRequirement>().HasPasskeyAsync(user.Id, CancellationToken.None))
            {
                Console.WriteLine($"{user.Email} has no second factor.");
                return ExitCodes.Done;
            }

            if (!Confirmation.IsGiven(options, $"Take away the second factors of {user.Email}?")) return ExitCodes.Usage;
            await services.GetRequiredService<FactorReset>().ResetAsync(user.Id);
            Console.WriteLine($"Done: the password alone signs in {user.Email}.");
            return ExitCodes.Done;
        });

    private static Task<int> LinkAsync(string email, string[] options) => CommandServices.RunAsync(options, quiet: true, async services =>
    {
        if (!services.GetRequiredService<SignInMethodOptions>().Password)
        {
            return await Registrations.RefuseAsync("Nobody signs in with a password at this server: SIGNIN_METHODS has no password.");
        }

        if (await services.GetRequiredService<OperatorReset>().MakeAsync(email) is { } link)
        {
            Console.WriteLine(link);
            return ExitCodes.Done;
        }

        await Console.Error.WriteLineAsync($"No account that can be signed in to has the address {email}.");
        return ExitCodes.Failed;
    });
}
