using OpenIddict.EntityFrameworkCore.Models;

namespace AuthServer.Data.Entities;

/// <summary>A registered application (RFC 6749 section 2): a row of <c>clients</c>.</summary>
public sealed class Client : OpenIddictEntityFrameworkCoreApplication<Guid, Authorization, Token>;

/// <summary>A stored approval of a person for a client (consent): a row of <c>authorizations</c>.</summary>
public sealed class Authorization : OpenIddictEntityFrameworkCoreAuthorization<Guid, Client, Token>;

/// <summary>A short-lived one-time thing, such as an authorization code: a row of <c>tokens</c>.</summary>
public sealed class Token : OpenIddictEntityFrameworkCoreToken<Guid, Client, Authorization>;

/// <summary>A registered scope: a row of <c>scopes</c>.</summary>
public sealed class Scope : OpenIddictEntityFrameworkCoreScope<Guid>;
