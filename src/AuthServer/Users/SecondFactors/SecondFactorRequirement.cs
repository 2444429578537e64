using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Users.SecondFactors;

/// <summary>What follows a right password.</summary>
public enum SecondStep
{
    None,

    /// <summary>A code.</summary>
    Code,

    /// <summary>A second factor must be set up, because the account has none.</summary>
    Enrolment,
}

/// <summary>Decides what follows a right password; the account alone decides it unless SECOND_FACTOR names more people.</summary>
public sealed class SecondFactorRequirement(SecondFactorOptions options, SqlRunner sql)
{
    private const string AdminSql =
        """
        SELECT 1 FROM user_roles JOIN roles ON roles.id = user_roles.role_id
        WHERE user_roles.user_id = @user AND roles.normalized_name = 'admin'
        """;

    /// <param name="user">As the sign-in read it; only with SECOND_FACTOR=admins a further statement asks for the role.</param>
    /// <param name="demanded">Whether the client is registered to want it.</param>
    public async ValueTask<SecondStep> OfAsync(User user, bool demanded, CancellationToken cancellationToken)
    {
        if (options.IsOn && user.TwoFactorEnabled) return SecondStep.Code;
        var wanted = demanded || options.Policy switch
        {
            SecondFactorPolicy.All => true,
            SecondFactorPolicy.Admins => await IsAdminAsync(user.Id, cancellationToken),
            _ => false,
        };
        return wanted ? SecondStep.Enrolment : SecondStep.None;
    }

    /// <summary>Whether the person may turn the second factor off.</summary>
    public async ValueTask<bool> MayGoWithoutAsync(Guid user, CancellationToken cancellationToken) => options.Policy switch
    {
        SecondFactorPolicy.All => false,
        SecondFactorPolicy.Admins => !await IsAdminAsync(user, cancellationToken),
        _ => true,
    };

    /// <summary>Whether a person who is to be an admin becomes one, and has no second factor, which admins need.</summary>
    internal async ValueTask<bool> IsMissedByNewAdminAsync(User user, CancellationToken cancellationToken) =>
        options.Policy == SecondFactorPolicy.Admins && !user.TwoFactorEnabled && !await IsAdminAsync(user.Id, cancellationToken);

    private ValueTask<bool> IsAdminAsync(Guid user, CancellationToken cancellationToken) =>
        sql.ExistsAsync(AdminSql, values => values.Add("user", user), cancellationToken);
}
