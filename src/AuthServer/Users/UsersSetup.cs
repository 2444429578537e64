using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Ui.Layout;
using AuthServer.Users.Administration;
using AuthServer.Users.ByMail;
using AuthServer.Users.Identity;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.MyAccount;
using AuthServer.Users.Notices;
using AuthServer.Users.Passkeys;
using AuthServer.Users.Passwords;
using AuthServer.Users.Pictures;
using AuthServer.Users.Proofs;
using AuthServer.Users.Recovery;
using AuthServer.Users.Registration;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace AuthServer.Users;

public static class UsersSetup
{
    /// <summary>Registers accounts: Identity with our store, hasher and rules, and what signs people in and up.</summary>
    public static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services.AddSingleton(NewPolicy);
        services.AddSingleton<PasswordHashingGate>();
        services.AddSingleton<Argon2PasswordHasher>();
        services.AddSingleton<PasswordVerification>();

        // Before AddIdentityCore, which fills only what is missing.
        services.AddSingleton<IPasswordHasher<User>>(provider => provider.GetRequiredService<Argon2PasswordHasher>());
        services.AddSingleton<ILookupNormalizer, EmailKeyNormalizer>();
        services.AddScoped<IUserValidator<User>, AccountValidator>();
        services.AddScoped<IPasswordValidator<User>, PolicyPasswordValidator>();
        services.AddIdentityCore<User>(options => options.Lockout.AllowedForNewUsers = false)
            .AddUserStore<AccountStore>()
            .AddRoles<IdentityRole<Guid>>()
            .AddRoleStore<RoleStore<IdentityRole<Guid>, AuthDbContext, Guid>>();

        services.AddSingleton<PasskeyRules>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<PasskeyRules>((options, rules) => rules.Apply(options));
        services.AddScoped<PasskeyHandler<User>>();
        services.AddSingleton<PasskeyChallenges>();
        services.AddScoped<PasskeySignIn>();
        services.AddScoped<PersonPasskeys>();
        services.AddScoped<PasswordRemoval>();

        services.AddScoped<AccountLookup>();
        services.AddScoped<PendingAccounts>();
        services.AddScoped<AccountRegistration>();
        services.AddScoped<PasswordSignIn>();
        services.AddSingleton<EmailSignInTickets>();
        services.AddScoped<EmailSignIn>();
        services.AddScoped<UnprovenAccess>();
        services.AddSingleton<KnownDevice>();
        services.AddScoped<DeviceNames>();
        AddSecondFactors(services);
        services.AddSingleton<SignInNotice>();
        services.AddScoped<AccountInsertion>();
        services.AddScoped<IdempotencyKeys>();
        services.AddSingleton(provider => new ConfirmationRules(
            provider.GetRequiredService<MailSetup>(), provider.GetRequiredService<EmailConfirmationOptions>(),
            always: !provider.GetRequiredService<RegistrationOptions>().RevealsTakenEmail));
        services.AddSingleton<ProofSecrets>();
        services.AddSingleton<ProofTickets>();
        services.AddScoped<ProofIssue>();
        services.AddScoped<ProofCheck>();
        services.AddSingleton<MailAsks>();
        services.AddScoped<PasswordReset>();
        services.AddScoped<AddedWays>();
        services.AddScoped<AccountReturn>();
        services.AddScoped<DisownedSignIn>();
        services.AddScoped<WayInNotice>();
        services.AddScoped<ClosingNotice>();
        services.AddScoped<OperatorReset>();
        services.AddScoped<EmailConfirmation>();
        services.AddScoped<EmailChange>();
        services.AddScoped<EmailUndo>();
        services.AddScoped<OwnershipProof>();
        services.AddScoped<UserDirectory>();
        services.AddScoped<ProfileChanges>();
        services.AddScoped<OwnPassword>();
        services.AddScoped<ConnectedApps>();
        services.AddSingleton<WaitingApprovals>();
        services.AddScoped<AccountActivity>();
        services.AddScoped<OwnDeletion>();
        services.AddScoped<AccountExport>();
        services.AddSingleton<KeepTickets>();
        services.AddScoped<UserRoles>();
        services.AddScoped<UserCreation>();
        services.AddScoped<UserChanges>();
        services.AddScoped<UserWrite>();
        services.AddScoped<UserRemoval>();
        services.AddScoped<UserDeletion>();
        services.AddScoped<FactorReset>();
        services.AddScoped<ResetMail>();
        return services;
    }

    private static void AddSecondFactors(IServiceCollection services)
    {
        services.AddSingleton<SecondFactorThrottle>();
        services.AddSingleton<EnrolmentKeys>();
        services.AddScoped<AuthenticatorApps>();
        services.AddScoped<RecoveryCodes>();
        services.AddScoped<SecondFactorCheck>();
        services.AddSingleton<MailedFactorTickets>();
        services.AddScoped<MailedFactor>();
        services.AddScoped<SecondFactorChanges>();
        services.AddScoped<FirstCodes>();
        services.AddScoped<SecondFactorRequirement>();
        services.AddScoped<FreshProof>();
        services.AddScoped<RememberedDevices>();
        services.AddScoped<OwnPicture>();
        services.AddScoped<FirstSteps>();
    }

    private static PasswordPolicy NewPolicy(IServiceProvider provider)
    {
        var host = provider.GetRequiredService<IssuerOptions>().Issuer.Host;
        var names = new List<string> { "AuthPlatform", host };
        // Commands have no pages, and so no brand.
        if (provider.GetService<Branding>() is { } brand) names.Add(brand.Name);
        var options = provider.GetRequiredService<Passwords.PasswordOptions>();
        return new(options, names)
        {
            Breached = options.BreachedDirectory is { } directory
                ? new(directory, provider.GetRequiredService<ILogger<BreachedPasswords>>())
                : null,
        };
    }
}
