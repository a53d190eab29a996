using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sonoran.Tests;

/// <summary>Any JSON text, with the members that events have more often than others; the same for the same seed.</summary>
internal sealed class RandomJson(int seed)
{
    private static readonly string[] Names =
        ["key", "type", "data", "accId", "accountId", "discordId", "owner", "secondaryRanks", "secondaryIdentifiers", "Extra", "$id", ""];

    private static readonly string[] Numbers =
        ["0", "-0", "1", "-1.5", "1e3", "1E-300", "9223372036854775807", "-9223372036854775809", "123456789012345678901234567890"];

    private readonly Random _random = new(seed);

    public int Next(int bound) => _random.Next(bound);

    public T Any<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    public byte[] Bytes(int bound)
    {
        var bytes = new byte[_random.Next(bound)];
        _random.NextBytes(bytes);
        return bytes;
    }

    public string Value(int depth = 4) => _random.Next(depth > 0 ? 8 : 5) switch
    {
        0 => "null",
        1 => Any("true", "false"),
        2 => Any(Numbers),
        3 => _random.NextDouble().ToString("R", CultureInfo.InvariantCulture),
        4 => Text(Characters()),
        5 => $"[{Space()}{string.Join(",", Many(() => Value(depth - 1)))}{Space()}]",
        _ => Object(depth),
    };

    public string Object(int depth = 4) => $"{{{Space()}{string.Join($",{Space()}", Many(() => Member(depth)))}}}";

    /// <summary>A string of any characters; pairs of surrogates stay together.</summary>
    public string Characters()
    {
        var text = new StringBuilder();
        for (var left = _random.Next(12); left > 0; left--)
        {
            var point = Any(_random.Next(0x20), 'a' + _random.Next(26), _random.Next(0xD800), 0xE000 + _random.Next(0x102000));
            text.Append(char.ConvertFromUtf32(point));
        }

        return text.ToString();
    }

    /// <summary>A string as JSON, with or without escapes that are not needed.</summary>
    private string Text(string characters) => _random.Next(2) == 0
        ? JsonSerializer.Serialize(characters)
        : $"\"{string.Concat(characters.Select(sign => $"\\u{(int)sign:x4}"))}\"";

    private string Member(int depth) => $"{Text(_random.Next(2) == 0 ? Any(Names) : Characters())}{Space()}:{Space()}{Value(depth - 1)}";

    private IEnumerable<string> Many(Func<string> make) => Enumerable.Range(0, _random.Next(6)).Select(_ => make());

    private string Space() => Any("", "", " ", "\n", "\t \r");
}
