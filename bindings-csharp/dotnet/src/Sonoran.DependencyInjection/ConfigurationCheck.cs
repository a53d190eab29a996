using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Sonoran.DependencyInjection;

/// <summary>Finds what binding passes over or takes without a word: names of no option, values of another form than the option's, and bare numbers as days.</summary>
internal sealed class ConfigurationCheck(string name, IConfiguration configuration) : IValidateOptions<SonoranClientOptions>
{
    // Binding looks at names whatever their case; those of .NET come first in this order, and are the ones to suggest.
    private static readonly Dictionary<string, Type> Options = typeof(SonoranClientOptions).GetProperties()
        .OrderBy(option => option.Name, StringComparer.Ordinal)
        .DistinctBy(option => option.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(option => option.Name, option => option.PropertyType, StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Around = ["Seconds", "Ms", "Milliseconds", "InSeconds", "Sec", "Max", "Count", "Default", "Request", "Sonoran"];

    public ValidateOptionsResult Validate(string? asked, SonoranClientOptions options)
    {
        if (asked != name)
        {
            return ValidateOptionsResult.Skip;
        }

        // The whole configuration has entries of others, such as all of the environment; a section of it is the client's own.
        var problems = configuration.GetChildren().Select(entry => Problem(entry, configuration is IConfigurationSection)).OfType<string>().ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string? Problem(IConfigurationSection entry, bool isOwn) =>
        Options.TryGetValue(entry.Key, out var type) ? FormProblem(entry, type, isOwn) ?? (type == typeof(TimeSpan?) ? TimeProblem(entry) : null)
        : Nearest(entry.Key) is { } nearest ? $"{entry.Path} is no option of the Sonoran client: did you mean {nearest}?"
        : isOwn ? $"{entry.Path} is no option of the Sonoran client"
        : null;

    /// <summary>What binding would pass over, since the option has another form.</summary>
    private static string? FormProblem(IConfigurationSection entry, Type type, bool isOwn)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return $"{entry.Path} is a function, which no configuration can have: set it by AddSonoran(...).Configure(options => ...)";
        }

        if (type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type))
        {
            // An empty list of JSON is an empty text here.
            return string.IsNullOrEmpty(entry.Value) ? null
                : type == typeof(IList<string>) ? $"{entry.Path} is one text, where a list belongs: write {entry.Path}:0"
                : $"{entry.Path} is one text, where names with values belong: write {entry.Path}:NAME";
        }

        // In the whole configuration it may be somebody else's section of that name, such as Proxy.
        return isOwn && entry.GetChildren().FirstOrDefault() is { } inner ? $"{inner.Path} is within {entry.Key}, which is one value: write {entry.Path}" : null;
    }

    private static string? TimeProblem(IConfigurationSection entry)
    {
        if (!int.TryParse(entry.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return null;
        }

        var meant = TimeSpan.FromSeconds(Math.Abs((long)number));
        return $"{entry.Path} is \"{entry.Value}\", which .NET reads as days: write \"{meant:c}\" for seconds";
    }

    private static string? Nearest(string key)
    {
        // What other clients call it.
        if (key.Equals("BaseUrl", StringComparison.OrdinalIgnoreCase) || key.Equals("BaseAddress", StringComparison.OrdinalIgnoreCase))
        {
            return nameof(SonoranClientOptions.ApiUrl);
        }

        if (key.Equals("ServerId", StringComparison.OrdinalIgnoreCase))
        {
            return nameof(SonoranClientOptions.DefaultServerId);
        }

        // Such as Url and Key.
        if (key.Length > 2 && Options.Keys.FirstOrDefault(option => option.EndsWith(key, StringComparison.OrdinalIgnoreCase)) is { } longer)
        {
            return longer;
        }

        // Such as TimeoutSeconds and MaxRetries. The longest one, of which another may be a part.
        if (Options.Keys.Where(option => Names(key, option)).MaxBy(option => option.Length) is { } part)
        {
            return part;
        }

        var (option, distance) = Options.Keys.Select(option => (option, Distance(key, option))).MinBy(each => each.Item2);
        return distance <= (option.Length > 5 ? 2 : 1) ? option : null;
    }

    /// <summary>Whether a name is an option's with a unit behind it, or a bound before it.</summary>
    private static bool Names(string key, string option) =>
        Around.Any(more => key.Equals(option + more, StringComparison.OrdinalIgnoreCase) || key.Equals(more + option, StringComparison.OrdinalIgnoreCase));

    /// <summary>How many letters differ, are missing or are too many.</summary>
    private static int Distance(string one, string other)
    {
        var above = Enumerable.Range(0, other.Length + 1).ToArray();
        foreach (var (letter, row) in one.Select((letter, at) => (char.ToUpperInvariant(letter), at + 1)))
        {
            var here = new int[above.Length];
            here[0] = row;
            for (var at = 1; at < here.Length; at++)
            {
                var changed = above[at - 1] + (letter == char.ToUpperInvariant(other[at - 1]) ? 0 : 1);
                here[at] = Math.Min(changed, Math.Min(above[at], here[at - 1]) + 1);
            }

            above = here;
        }

        return above[^1];
    }
}
