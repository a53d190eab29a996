using System;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sonoran.Json.Values;

/// <summary>Finds out which member of a program's own type throws as it is read, whose name is not written by then.</summary>
internal static class ThrowingMembers
{
    /// <summary>Has each member tell its name where it throws.</summary>
    internal static void Apply(JsonTypeInfo type)
    {
        foreach (var property in type.Kind == JsonTypeInfoKind.Object ? type.Properties : [])
        {
            if (property.Get is { } get)
            {
                var name = property.Name;
                property.Get = from =>
                {
                    try
                    {
                        return get(from);
                    }
                    catch (Exception exception)
                    {
                        throw new MemberException(name, exception);
                    }
                };
            }
        }
    }

    /// <summary>The member's name; null where none throws, or no more.</summary>
    /// <param name="value">What was being written.</param>
    /// <param name="telling">Options with <see cref="Apply"/>.</param>
    [SuppressMessage("Design", "CA1031", Justification = "What was thrown first is told; this only finds where.")]
    internal static string? Of(object value, JsonSerializerOptions telling)
    {
        try
        {
            using var writer = JsonText.Writer(new TextBuffer());
            JsonSerializer.Serialize(writer, value, telling.GetTypeInfo(value.GetType()));
            return null;
        }
        catch (MemberException found)
        {
            return found.Member;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private sealed class MemberException : Exception
    {
        internal MemberException(string member, Exception cause)
            : base(cause.Message, cause) => Member = member;

        internal string Member { get; }
    }
}
