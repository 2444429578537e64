using System.Security.Cryptography;
using AuthServer.Data.Entities;
using AuthServer.Keys;
using AuthServer.Users.Proofs;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.UnitTests.Users;

/// <summary>Codes and links of mails, the hashes that rows have of them, and the sealed request of a tab.</summary>
public sealed class ProofSecretsTests
{
    private static readonly byte[] Old = RandomNumberGenerator.GetBytes(32), New = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void Code_and_link_fit_their_own_row_alone_also_after_a_change_of_the_secret()
    {
        var former = new ProofSecrets(new SecretOptions { SecretKey = Old });
        var (id, code) = (Guid.CreateVersion7(), ProofSecrets.NewCode());
        var token = ProofSecrets.NewToken(id);
        var row = Row(id, former.HashOfCode(id, code), former.HashOfToken(id, token));
        var now = new ProofSecrets(new SecretOptions { SecretKey = New, SecretKeyPrevious = Old });
        foreach (var secrets in new[] { former, now })
        {
            Assert.True(secrets.IsCode(row, code) && secrets.IsToken(row, token));
            Assert.False(secrets.IsToken(row, code) || secrets.IsCode(row, token));
            Assert.False(secrets.IsToken(row, token[..^1] + (token[^1] == 'A' ? 'E' : 'A')));
        }

        var other = Row(Guid.CreateVersion7(), row.CodeHash, row.LinkHash);
        Assert.False(now.IsCode(other, code) || now.IsToken(other, token));
        Assert.False(new ProofSecrets(new SecretOptions { SecretKey = New }).IsCode(row, code));
        Assert.Equal(id, ProofSecrets.ProofId(token));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' --")]
    public void What_is_no_token_names_no_row(string? text) => Assert.Null(ProofSecrets.ProofId(text));

    [Fact]
    public void A_sealed_request_counts_for_its_own_purpose_and_not_as_a_code_that_was_given()
    {
        var tickets = new ProofTickets(new EphemeralDataProtectionProvider());
        var asked = new AskedProof(Guid.CreateVersion7(), ProofPurpose.PasswordReset, "ålice@example.test");
        var text = tickets.Seal(asked);
        Assert.Equal(asked, tickets.Open(text, ProofPurpose.EmailChange, ProofPurpose.PasswordReset));
        Assert.Null(tickets.Open(text, ProofPurpose.EmailChange));
        Assert.Null(tickets.OpenPassed(text));
        Assert.Null(tickets.Open(tickets.SealPassed(asked.Id), ProofPurpose.PasswordReset));
        Assert.Equal(asked.Id, tickets.OpenPassed(tickets.SealPassed(asked.Id)));
    }

    private static AccountProof Row(Guid id, string code, string link) =>
        new() { Id = id, Email = "alice@example.test", CodeHash = code, LinkHash = link };
}
