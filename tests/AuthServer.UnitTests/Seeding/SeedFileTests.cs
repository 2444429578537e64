using System.Text;
using AuthServer.Clients.Profiles;
using AuthServer.Seeding;
using AuthServer.Users.Passwords;

namespace AuthServer.UnitTests.Seeding;

public sealed class SeedFileTests
{
    private const string Good = """
        {
          "scopes": [
            { "name": "notes:read", "description": "Read notes", "resources": ["https://api.example.com"] }
          ],
          "clients": [
            {
              "client_id": "spa",
              "token_endpoint_auth_method": "none",
              "redirect_uris": [
                "https://app.example.com/cb"
              ]
            }
          ],
          "users": [
            {
              "email": "a@example.com",
              "password": "Correct-horse-7",
              "roles": ["admin"],
              "claims": {
                "nickname": "A",
                "email_verified": true
              }
            }
          ]
        }
        """;

    private readonly SeedFileReader _reader = new(new PasswordPolicy(new PasswordOptions()), new SecurityProfileOptions());

    [Fact]
    public void A_good_file_is_read_whole()
    {
        var (file, problems) = _reader.Read(Encoding.UTF8.GetBytes("\uFEFF" + Good));
        Assert.Empty(problems);
        Assert.Equal("notes:read", Assert.Single(file!.Scopes).ScopeName);
        Assert.Equal("spa", Assert.Single(file.Clients).ClientId);
        Assert.Equal("a@example.com", Assert.Single(file.Users).Email);
    }

    [Fact]
    public void An_empty_object_is_a_good_file() => Assert.NotNull(_reader.Read("{}"u8.ToArray()).File);

    [Theory]
    [InlineData("\"scopes\"", "\"scope\"", 2, "scope is not known here")]
    [InlineData("\"name\": \"notes:read\"", "\"name\": \"openid\"", 3, "built in")]
    [InlineData("\"name\": \"notes:read\"", "\"title\": \"notes:read\"", 3, "scopes[0].title is not known here")]
    [InlineData("\"name\": \"notes:read\", ", "", 3, "scopes[0] lacks name")]
    [InlineData("\"description\": \"Read notes\"", "\"description\": 7", 3, "description must be a text")]
    [InlineData("[\"https://api.example.com\"]", "[\"api\"]", 3, "resources[0] must be an absolute URI")]
    [InlineData("\"client_id\": \"spa\"", "\"client_id\": \"s pa\"", 7, "client_id must be")]
    [InlineData("\"client_id\": \"spa\"", "\"client_id\": \"authplatform-first-party\"", 7, "built in")]
    [InlineData("\"client_id\": \"spa\",", "", 6, "clients[0] lacks client_id")]
    [InlineData(
        "\"token_endpoint_auth_method\": \"none\"", "\"token_endpoint_auth_method\": \"client_secret_post\"", 8, "needs client_secret")]
    [InlineData("https://app.example.com/cb", "http://app.example.com/cb", 10, "clients[0].redirect_uris[0] must be https")]
    [InlineData("\"a@example.com\"", "\"a@\"", 16, "users[0].email is not an e-mail address")]
    [InlineData("\"Correct-horse-7\"", "\"password\"", 17, "upper-case")]
    [InlineData("\"password\": \"Correct-horse-7\"", "\"password_hash\": \"$2a$10$abc\"", 17, "bcrypt hash")]
    [InlineData(
        "\"password\": \"Correct-horse-7\"",
        "\"password_hash\": \"$argon2id$v=19$m=65536,t=3,p=40$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc\"", 17,
        "p=40")]
    [InlineData(
        "\"password\": \"Correct-horse-7\"",
        "\"password_hash\": \"$argon2id$v=19$m=19456,t=99,p=1$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc\"", 17,
        "t=99")]
    [InlineData(
        "\"password\": \"Correct-horse-7\"",
        "\"password_hash\": \"$argon2id$v=19$m=19456,t=2,p=1$c29tZQ$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc\"", 17, "salt")]
    [InlineData("\"password\": \"Correct-horse-7\"", "\"password_hash\": \"$1$abcdefgh$0123456789012345678901\"", 17, "MD5-crypt")]
    [InlineData("\"password\": \"Correct-horse-7\",", "", 15, "lacks password")]
    [InlineData("[\"admin\"]", "[\"Admin\"]", 18, "roles[0] must be")]
    [InlineData("\"nickname\": \"A\"", "\"nickname\": 1", 20, "users[0].claims.nickname")]
    [InlineData("\"nickname\": \"A\"", "\"shoe_size\": \"A\"", 20, "users[0].claims.shoe_size")]
    [InlineData("\"email_verified\": true", "\"email_verified\": \"true\"", 21, "users[0].claims.email_verified")]
    [InlineData("\"nickname\": \"A\"", "\"email\": \"b@example.com\"", 20, "users[0].claims.email")]
    [InlineData("\"roles\": [\"admin\"]", "\"email\": \"a@example.com\"", 18, "email stands twice")]
    [InlineData("\"nickname\": \"A\"", "\"nickname\": \"\\ud800\"", 20, "surrogate")]
    [InlineData("\"nickname\": \"A\"", "\"nickname\": \"\\u0000\"", 20, "U+0000")]
    [InlineData("\"nickname\": \"A\",", "\"nickname\": \"A\"", 21, "is not JSON")]
    [InlineData("\"roles\": [\"admin\"],", "\"roles\": [\"admin\"], // the boss", 18, "is not JSON")]
    public void A_bad_file_is_refused_with_the_line(string from, string to, int line, string message)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        var (file, problems) = _reader.Read(Encoding.UTF8.GetBytes(Good.Replace(from, to, StringComparison.Ordinal)));
        Assert.Null(file);
        Assert.Contains(problems, p => p.Line == line && p.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void All_problems_are_reported_at_once_in_the_order_of_the_lines()
    {
        var (_, problems) = _reader.Read("{\n\"users\": [\n{},\n7,\n{\"email\": \"b\"}],\n\"clients\": {}\n}"u8.ToArray());
        Assert.Equal([3, 4, 5, 5, 6], problems.Select(p => p.Line));
    }

    [Fact]
    public void Two_spellings_of_one_address_are_the_same_user()
    {
        var (_, problems) = _reader.Read("""
            {"users":[{"email":"Zoe@example.com","password":"Correct-horse-7"},
            {"email":"zoe@EXAMPLE.com","password":"Correct-horse-7"}]}
            """u8.ToArray());
        Assert.Equal(
            (2, true), (Assert.Single(problems).Line, problems[0].Message.Contains("stands twice in users", StringComparison.Ordinal)));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused_with_their_line() =>
        Assert.Equal(
            new SeedProblem(2, "is not UTF-8"), Assert.Single(
                _reader.Read(new byte[] { (byte)'{', (byte)'\n', 0xFF, (byte)'}' }).Problems));

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("")]
    public void Something_else_than_an_object_is_refused(string json) =>
        Assert.NotEmpty(_reader.Read(Encoding.UTF8.GetBytes(json)).Problems);

    [Fact]
    public void A_file_that_is_too_large_is_refused_before_it_is_parsed() =>
        Assert.Contains(
            "larger", Assert.Single(_reader.Read(new byte[SeedFileReader.MostBytes + 1]).Problems).Message, StringComparison.Ordinal);
}
