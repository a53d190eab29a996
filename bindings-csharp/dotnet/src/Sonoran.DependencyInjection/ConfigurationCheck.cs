using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.Extensions.Configuration;

namespace Sonoran.DependencyInjection;

/// <summary>Finds what binding passes over or takes without a word, names of no option and bare numbers as days, and values that it can't take.</summary>
internal static class ConfigurationCheck
{
    // Binding looks at names whatever their case; those of .NET come first in this order, and are the ones to suggest.
    private static readonly Dictionary<string, Type> Options = typeof(SonoranClientOptions).GetProperties()
        .OrderBy(option => option.Name, StringComparer.Ordinal)
        .DistinctBy(option => option.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(option => option.Name, option => option.PropertyType, StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Around = ["Seconds", "Ms", "Milliseconds", "InSeconds", "Sec", "Max", "Count", "Default", "Request", "Sonoran"];

    /// <summary>What is wrong, each with the option that is, or that was most likely meant.</summary>
    internal static IEnumerable<(string Option, string Words)> Problems(IConfiguration configuration)
    {
        // The whole configuration has entries of others, such as all of the environment; a section of it is the client's own.
        var isOwn = configuration is IConfigurationSection;
        foreach (var entry in configuration.GetChildren())
        {
            var isOption = Options.TryGetValue(entry.Key, out var type);
            var nearest = isOption ? null : Nearest(entry.Key);
            var words = isOption ? FormProblem(entry, type!, isOwn) ?? ValueProblem(entry, Nullable.GetUnderlyingType(type!) ?? type!)
                : nearest is not null ? $"{entry.Path} is no option of the Sonoran client: did you mean {nearest}?"
                : isOwn ? $"{entry.Path} is no option of the Sonoran client"
                : null;
            if (words is not null)
            {
                yield return (nearest ?? entry.Key, words);
            }
        }
    }

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
            return string.IsNullOrEmpty(entry.Value) ? entry.GetChildren().Select(inner => ValueProblem(inner, type == typeof(IDictionary<string, int>) ? typeof(int) : typeof(string))).FirstOrDefault(words => words is not null)
                : type == typeof(IList<string>) ? $"{entry.Path} is one text, where a list belongs: write {entry.Path}:0"
                : $"{entry.Path} is one text, where names with values belong: write {entry.Path}:NAME";
        }

        // In the whole configuration it may be somebody else's section of that name, such as Proxy.
        return isOwn && entry.GetChildren().FirstOrDefault() is { } inner ? $"{inner.Path} is within {entry.Key}, which is one value: write {entry.Path}" : null;
    }

    private static string? ValueProblem(IConfigurationSection entry, Type type)
    {
        if (string.IsNullOrEmpty(entry.Value))
        {
            return null;
        }

        var isNumber = int.TryParse(entry.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number);
        if (type == typeof(TimeSpan) && isNumber && number != 0)
        {
            var meant = TimeSpan.FromSeconds(Math.Abs((long)number));
            return $"{entry.Path} is \"{entry.Value}\", which .NET reads as days: write \"{meant:c}\" for seconds";
        }

        var form = type == typeof(TimeSpan) && !TimeSpan.TryParse(entry.Value, CultureInfo.InvariantCulture, out _) ? "a time belongs: write \"00:00:30\" for 30 seconds"
            : type == typeof(int) && !isNumber ? "a whole number belongs"
            : type == typeof(bool) && !bool.TryParse(entry.Value, out _) ? "true or false belongs"
            : type.IsEnum && !Enum.TryParse(type, entry.Value, ignoreCase: true, out _) ? $"one of {string.Join(", ", Enum.GetNames(type).Distinct(StringComparer.OrdinalIgnoreCase))} belongs"
            : null;
        return form is null ? null : $"{entry.Path} is \"{entry.Value}\", where {form}";
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
