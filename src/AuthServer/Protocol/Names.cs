// Two folders of this room are named as the library names its constants; these names keep them apart.
global using ClaimNames = OpenIddict.Abstractions.OpenIddictConstants.Claims;
global using OAuthErrors = OpenIddict.Abstractions.OpenIddictConstants.Errors;
