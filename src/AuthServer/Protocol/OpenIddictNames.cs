// Two folders of this room are named like the constants of OpenIddict; these names keep them apart.
global using ClaimNames = OpenIddict.Abstractions.OpenIddictConstants.Claims;
global using OAuthErrors = OpenIddict.Abstractions.OpenIddictConstants.Errors;
