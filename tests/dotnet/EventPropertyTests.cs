using System.Text;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What holds for any body whatever: an event that is all there, or the one error.</summary>
public sealed class EventPropertyTests
{
    private const string Key = "c4nary-0fTheKey";
    private const int Cases = 2000;

    [Fact]
    public void Any_bytes_get_an_answer() => ForAll(random =>
    {
        var bytes = random.Bytes(512);
        Check(SonoranEvents.TryParse(bytes, Key, out var received, out var error), received, error);
        Assert.Null(received);
    });

    [Fact]
    public void Any_text_gets_an_answer() => ForAll(random =>
    {
        // Of any characters: halves of surrogate pairs are among them.
        var text = new string([.. Enumerable.Range(0, random.Next(64)).Select(_ => random.Any((char)random.Next(0x10000), '{', '"', ':', 'k'))]);
        Check(SonoranEvents.TryParse(text, Key, out var received, out var error), received, error);
        Assert.Null(received);
    });

    [Fact]
    public void Any_json_gets_an_answer() => ForAll(random =>
    {
        Check(SonoranEvents.TryParse(random.Value(), Key, out var received, out var error), received, error);
        // The key is not in it.
        Assert.Null(received);
    });

    [Fact]
    public void Any_data_with_the_key_pass_unchanged() => ForAll(random =>
    {
        var type = random.Any("ACCOUNT_UPDATED", "ACCOUNT_KICKED", "ACCOUNT_BANNED", $"x{random.Characters()}");
        var data = random.Any(random.Object(), random.Value());
        Check(SonoranEvents.TryParse(DocumentedEvent.WithKey(Key, type, data), Key, out var received, out var error), received, error);
        Assert.NotNull(received);
        Assert.Equal(type, received.Type);
        Assert.Equal(data, received.RawData.GetRawText());
        Assert.NotNull(received.GetType().GetProperty("Data")!.GetValue(received));
    });

    [Fact]
    public void A_spoilt_event_gets_an_answer() => ForAll(random =>
    {
        var bytes = Encoding.UTF8.GetBytes(DocumentedEvent.WithKey(Key, "ACCOUNT_UPDATED", random.Object()));
        for (var left = random.Next(4); left >= 0; left--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        var cut = bytes[..random.Any(bytes.Length, random.Next(bytes.Length))];
        Check(SonoranEvents.TryParse(cut, Key, out var received, out var error), received, error);
    });

    [Fact]
    public void A_key_passes_only_when_it_is_the_same() => ForAll(random =>
    {
        // A key is printable ASCII without spaces.
        string Some() => new([.. $"k{random.Characters()}".Where(sign => sign is > ' ' and <= '~')]);
        var key = Some();
        var offered = random.Any(key, Some(), key[..random.Next(key.Length)], key + "x");
        var body = DocumentedEvent.WithKey(offered, "X", "{}");
        Check(SonoranEvents.TryParse(body, key, out var received, out var error), received, error);
        Assert.Equal(key == offered, received is not null);
        Assert.Equal(key == offered, SonoranEvents.TryParse(body, ["another", key], out _, out _));
    });

    private static void Check(bool success, SonoranEvent? received, EventError? error)
    {
        Assert.Equal(success, received is not null);
        Assert.Equal(success, error is null);
        Assert.DoesNotContain("c4nary", $"{received}{error}");
    }

    /// <summary>The same cases in every run; a failure names its seed.</summary>
    private static void ForAll(Action<RandomJson> property)
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            try
            {
                property(new RandomJson(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"does not hold for seed {seed}: {exception.Message}", exception);
            }
        }
    }
}
