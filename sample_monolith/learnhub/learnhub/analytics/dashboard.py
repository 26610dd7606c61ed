from django.db import connection

LEARNERS = """
    SELECT u.full_name,
           c.title,
           e.status,
           COUNT(p.id) AS lessons_done,
           COALESCE(SUM(p.seconds), 0) AS seconds
    FROM accounts_user u
    JOIN learning_enrolment e ON e.user_id = u.id
    JOIN courses_course c ON c.id = e.course_id
    LEFT JOIN learning_lessonprogress p ON p.enrolment_id = e.id
    WHERE u.organisation_id = %s
    GROUP BY u.id, c.id, e.id
    ORDER BY seconds DESC
"""


def learner_rows(organisation):
    with connection.cursor() as cursor:
        cursor.execute(LEARNERS, [organisation.pk])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]


def hours(rows):
    return round(sum(row["seconds"] for row in rows) / 3600, 1)
